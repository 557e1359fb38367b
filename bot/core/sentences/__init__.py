"""Every sentence that a person reads: what happened, what it costs, what to do. The only module that words anything.

``takes`` words cards, ``answers`` the answers to commands, ``lines`` what is said unasked, ``guides`` help and
tips, ``numbers`` the figures in all of them.
"""
