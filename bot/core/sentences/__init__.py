"""Every sentence that a person reads: what happened, what it costs, what to do. The only package that words anything.

``takes``, ``finals`` and ``states`` word cards, ``answers`` the answers to commands, ``lines`` what is said unasked,
``guides`` help, tips and listings; ``numbers`` the figures in all of them, ``plain`` what others wrote.
"""
