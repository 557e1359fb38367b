"""The rules: money, prices, lifecycle, ledger, budgets, approvals, prompts, commands and every sentence.

Standard library only; nothing in here knows a vendor, a chat or a database.
"""
