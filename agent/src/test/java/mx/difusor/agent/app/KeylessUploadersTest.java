package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeylessUploadersTest {

    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO/hvF6YfIoqCJLc5ARi3lXhxye4z8JFhX2h2azMeEb2 iee\n";

    @TempDir
    Path folder;

    @Test
    void whoHasNoKeyInAnyFileIsNamedAndNobodyElse() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pub"), "");
        Path remark = Files.writeString(folder.resolve("remark.pub"), "# taken out on Sunday\n");
        Path one = Files.writeString(folder.resolve("one.pub"), KEY);

        List<String> warnings = KeylessUploaders.warnings(List.of(
                new Config.Uploader("iee", List.of(empty, remark), List.of()),
                new Config.Uploader("second", List.of(empty, one), List.of()),
                new Config.Uploader("gone", List.of(folder.resolve("gone.pub")), List.of())));

        assertThat(warnings).singleElement().asString().contains("uploader iee cannot log in", empty.toString());
    }
}
