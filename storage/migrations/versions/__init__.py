"""One module for each change of the tables; a released one is never edited.

A new one has the next number and is written in the words of ``storage.migrations.columns``; a table that has
to be rebuilt is rebuilt with ``op.batch_alter_table``. The schema's test names what a migration has left out.
"""
