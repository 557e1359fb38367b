"""What is known of a clip's bytes, found out in limited worker processes.

The parts, from the outside in: ``media`` is what the rest of the product calls; ``workers`` starts, limits and
ends the processes; ``worker`` is what runs in one, under ``limits``; ``probe`` is its task *check*, on ``boxes``;
``look`` is its task *look*, which watches the same decoding and makes ``poster``, ``strip`` and ``preview``;
``sheet``, ``beside`` and ``chart`` draw, lettered by ``lettering``; ``fit`` encodes anew.
Nothing is imported here, so that a worker starts with little.
"""
