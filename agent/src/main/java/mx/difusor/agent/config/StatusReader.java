package mx.difusor.agent.config;

import java.nio.file.Path;
import mx.difusor.agent.config.Section.Placed;

/** {@code status}: where people and monitors look, and who may from other hosts. */
final class StatusReader {

    private static final Address LISTEN = new Address("127.0.0.1", 8480);

    private StatusReader() {}

    /** @param sftp where uploads are taken */
    static Config.Status read(Section root, Address sftp, HomePaths paths, Problems problems) {
        Section section = root.section("status", "listen", "tls", "tokens");
        Address listen = section.orDefault("listen", Form.ADDRESS, LISTEN);
        if (!listen.isLoopback() && !section.has("tls")) {
            problems.add(section.at("listen"), "tls-needed", section.path("listen"), listen);
        }
        if (listen.overlaps(sftp)) {
            Position at = section.has("listen") ? section.at("listen") : root.at("sftp");
            problems.add(at, "same-port", section.path("listen"), listen, sftp);
        }
        return new Config.Status(
                listen,
                section.has("tls") ? tls(section.section("tls", "certificate", "key"), paths) : null,
                section.list("tokens", Form.TOKEN).stream()
                        .map(Placed::value)
                        .distinct()
                        .toList());
    }

    private static Config.@org.jspecify.annotations.Nullable Tls tls(Section section, HomePaths paths) {
        Path certificate = paths.file(section, "certificate");
        Path key = paths.file(section, "key");
        return certificate == null || key == null ? null : new Config.Tls(certificate, key);
    }
}
