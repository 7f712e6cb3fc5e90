print("trifid")
