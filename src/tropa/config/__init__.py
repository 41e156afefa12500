"""How the rooms become one program: the command line now, settings and addresses with the server."""
