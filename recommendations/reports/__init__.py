"""Workshop: figures and the data of charts."""
