"""The command line: it asks the service, makes words of codes, and alone decides exit codes (design §11).

`session` holds what every command takes; `output` writes; the other modules are the nouns. Nothing heavy is
imported at their top: a command starts fast, and what it needs it imports when it runs.
"""
