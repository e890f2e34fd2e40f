"""Decisions about tasks: what a command makes happen, or every reason why not (design §6). Pure.

`machine` freezes a definition into a table when it is published; nothing else imports `transitions`, and
no command that moves a task imports `machine`.
"""
