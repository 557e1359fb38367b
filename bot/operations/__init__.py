"""What an operator may ask of the rows, whoever has them: the process that runs, or the command itself.

Each operation takes a JSON object and gives one, so that it makes no difference on which side of the control
socket it is carried out.
"""

from bot.operations.operations import Operations, Premises, rows_name

__all__ = ["Operations", "Premises", "rows_name"]
