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
@Command(name = "token", description = "Creates a token, adds its hash to a target's file and prints the token on stdout. "
        + "The token itself is not stored. Instructions are on stderr.")
final class TokenCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "NAME", defaultValue = "source", description = "the owner's name, for people: ${DEFAULT-VALUE} by default")
    String name;

    @Option(names = "--mirror", paramLabel = "MIRROR", defaultValue = "*",
            description = "the mirror that it gives access to: all mirrors of the target by default")
    String mirror;

    @Option(names = "--read", description = "grant read access only (verify, get files)")
    boolean read;

    @Option(names = "--file", paramLabel = "FILE", defaultValue = "bactrian.tokens",
            description = "the target's file: ${DEFAULT-VALUE} by default; created if it does not exist")
    Path file;

    @Override
    public Integer call() throws IOException {
        Right right = Right.of(mirror + (read ? ":read" : ":write")).orElseThrow(() -> usageError("--mirror=" + mirror
                + " is invalid: use a mirror's name (a-z, 0-9 and '-'), or * for all"));
        String token = Token.random();
        String line = TokenList.line(name, token, right);
        try {
            TokenList.parse(line);
        } catch (IOException e) {
            throw usageError("NAME=" + name + " is invalid: use up to 64 of A-Z, a-z, 0-9 and . _ @ -");
        }
        add(line);
        spec.commandLine().getOut().println(token);
        spec.commandLine().getOut().flush();
        explain(spec.commandLine().getErr(), line);
        return 0;
    }

    private ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void add(String line) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "# Tokens with access to the targets: NAME sha256:HASH MIRROR:read or MIRROR:write\n");
        } catch (FileAlreadyExistsException e) {
            // Do not append to a file that would be rejected anyway.
            new AccessFile<>(file, true, TokenList::parse).get();
        }
        String before = Files.readString(file);
        Files.writeString(file, (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line + "\n",
                StandardOpenOption.APPEND);
    }

    private void explain(PrintWriter err, String line) {
        List.of("The token is printed above and not stored. Its hash was added to " + file + " as the line",
                "  " + line,
                "On the target:  bactrian target DIR --set " + Property.ACCESS_TOKENS.key() + "=" + file.toAbsolutePath(),
                "On the source, with the token in a file that only its owner may read (chmod 600):",
                "                bactrian source DIR URL --set " + Property.ACCESS_TOKEN_FILE.key() + "=FILE",
                "To revoke the token, remove the line; a restart is not necessary.").forEach(err::println);
        err.flush();
    }
}
