"""Definitions: from the text of a file in `workflows/` to a checked `Workflow` (design §4).

A file goes through four rooms, and each answers with problems as values, all of them, with file and line:

1. `strict_yaml` reads the text: strings, lists and mappings with their lines, and nothing that YAML would
   guess.
2. `schema` says which keys and values there may be; `json_schema` publishes the same for editors.
3. `overlay` lays on it what an office changes; `loaded` makes the `Workflow` of it, and its digest. `loader` finds
   the files.
4. `check` asks whether anybody could work by it: names, paths, loops, ends. `staffing` asks the same of the
   people there are, where the organisation is known.
"""
