import Glibc

// A reader that goes away ends the output, not the process.
signal(SIGPIPE, SIG_IGN)

exit(CommandLineRunner.run(Array(CommandLine.arguments.dropFirst())).rawValue)
