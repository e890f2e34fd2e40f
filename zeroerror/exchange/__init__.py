"""Event logs from elsewhere: read strictly, and nothing of them dropped.

A CSV becomes history in five rooms, each pure, and each answering with problems as values:

1. `mapping` says which column means what; it comes from a file that somebody wrote about the log.
2. `table` reads rows: encoding, header, cells, quotes.
3. `cases` puts the rows of one matter together, and reads its times.
4. `ways` says where a case may stand after the steps that were told of it.
5. `history` turns a case into the events of a task, and says of each row whether it fits the definition.

The persons of a log are not ours. They stand by what the log calls them, never by our ids, and whoever could
be taken for two persons, or for one of ours, answers for nothing (design §9).
"""
