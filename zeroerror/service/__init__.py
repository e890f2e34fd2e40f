"""The shell: here alone effects have an order (design §3).

`front` is the one door through which every command goes, a person's and the machine's; `tasks`, `proposals`,
`organisation`, `publish` and `identity` make commands of what people ask; `audits` and `passes` run slots;
`views`, `reasons` and `reporting` answer questions; `verification` and `log` hold the ledger against itself.
"""
