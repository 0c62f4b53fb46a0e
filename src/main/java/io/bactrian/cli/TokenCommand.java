package io.bactrian.cli;

import io.bactrian.access.AccessFile;
import io.bactrian.access.Right;
import io.bactrian.access.Token;
import io.bactrian.access.TokenList;
import io.bactrian.settings.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Creates a token and registers its hash with a target. Stdout contains only the token, so that it can be redirected to
 * a file.
 */
@Command(name = "token", description = "Makes a token, adds its hash to a target's file, and prints the token, which is "
        + "kept nowhere, on stdout. How to use it is on stderr.")
final class TokenCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "NAME", defaultValue = "source", description = "whose it is, for people: ${DEFAULT-VALUE} if not given")
    String name;

    @Option(names = "--mirror", paramLabel = "MIRROR", defaultValue = "*",
            description = "the mirror that it is for: all of the target's if not given")
    String mirror;

    @Option(names = "--read", description = "it lets its bearer read (verify, and get files) and not change anything")
    boolean read;

    @Option(names = "--file", paramLabel = "FILE", defaultValue = "bactrian.tokens",
            description = "the target's file: ${DEFAULT-VALUE} if not given; it is made if it is not there")
    Path file;

    @Override
    public Integer call() throws IOException {
        Right right = Right.of(mirror + (read ? ":read" : ":write")).orElseThrow(() -> wrong("--mirror=" + mirror
                + " is not allowed: give a mirror's name, of a-z, 0-9 and '-', or * for all"));
        String token = Token.random();
        String line = TokenList.line(name, token, right);
        try {
            TokenList.parse(line);
        } catch (IOException e) {
            throw wrong("NAME=" + name + " is not allowed: give up to 64 of A-Z, a-z, 0-9 and . _ @ -");
        }
        add(line);
        spec.commandLine().getOut().println(token);
        spec.commandLine().getOut().flush();
        explain(spec.commandLine().getErr(), line);
        return 0;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void add(String line) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "# Who may talk to the targets here: NAME sha256:HASH MIRROR:read or MIRROR:write\n");
        } catch (FileAlreadyExistsException e) {
            // Do not append to a file that would be rejected anyway.
            new AccessFile<>(file, true, TokenList::parse).get();
        }
        String before = Files.readString(file);
        Files.writeString(file, (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line + "\n",
                StandardOpenOption.APPEND);
    }

    private void explain(PrintWriter err, String line) {
        List.of("Above is the token: it is kept nowhere else. " + file + " has its hash, in the line",
                "  " + line,
                "On the target:  bactrian target DIR --set " + Property.ACCESS_TOKENS.key() + "=" + file.toAbsolutePath(),
                "On the source, with the token in a file that only its owner may read (chmod 600):",
                "                bactrian source DIR URL --set " + Property.ACCESS_TOKEN_FILE.key() + "=FILE",
                "To take it back, remove the line: nothing has to be started anew.").forEach(err::println);
        err.flush();
    }
}
