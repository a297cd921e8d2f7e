"""How articles come by themselves: a folder that a wire drops files into, and feeds that are looked at again."""
