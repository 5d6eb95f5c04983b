package mx.difusor.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A home with every file that the contract's sample configuration names, and configurations in it. */
public final class HomeFixture {

    /** The least that the agent starts on; eleven lines. */
    public static final String LEAST = """
            home: .
            difusor: {id: radio-universidad, name: Radio Universidad}
            event: pel-2024
            events:
              - id: pel-2024
                opens: 2024-06-02T20:00:00-07:00
                closes: 2024-06-03T20:00:00-07:00
            sftp:
              uploaders:
                - {name: iee, authorizedKeys: keys/iee.pub}
            trust: {cms: {anchors: [trust/iee-root.pem]}}
            """;

    private final Path home;

    public HomeFixture(Path home) throws IOException {
        this.home = home;
        for (String file : List.of(
                "keys/iee.pub",
                "keys/iee-2.pub",
                "trust/iee-root.pem",
                "trust/iee.crl",
                "trust/iee.gpg",
                "tls/chain.pem",
                "tls/key.pem")) {
            Path path = home.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "for the test\n");
        }
    }

    public Path home() {
        return home;
    }

    public Path write(String yaml) throws IOException {
        return Files.writeString(home.resolve("difusor.yaml"), yaml);
    }

    Config read(String yaml) throws IOException, ConfigException {
        return ConfigReader.read(write(yaml));
    }

    /** {@code line:column code: message; cure} of every problem. */
    List<String> problems(String yaml) throws IOException {
        return problems(yaml, Locale.ENGLISH);
    }

    List<String> problems(String yaml, Locale locale) throws IOException {
        try {
            Config config = read(yaml);
            throw new AssertionError("no problem found: " + config);
        } catch (ConfigException e) {
            return e.problems().stream()
                    .map(one -> "%d:%d %s: %s; %s"
                            .formatted(one.line(), one.column(), one.code(), one.message(locale), one.cure(locale)))
                    .toList();
        }
    }
}
