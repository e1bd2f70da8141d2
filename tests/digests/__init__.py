"""The post room, with a real mail server and real connections."""
