package mx.difusor.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.config.Section.Placed;
import org.jspecify.annotations.Nullable;

/** {@code sftp}: where to listen and who may upload. */
final class SftpReader {

    private static final Address LISTEN = new Address("0.0.0.0", 2222);
    private static final long MAX_PACKAGE_BYTES = 2_000_000_000L;
    private static final Duration SIGNATURE_TIMEOUT = Duration.ofMinutes(10);

    private final HomePaths paths;
    private final Problems problems;
    private final Map<String, Integer> lines = new HashMap<>();

    private SftpReader(HomePaths paths, Problems problems) {
        this.paths = paths;
        this.problems = problems;
    }

    static Config.Sftp read(Section root, HomePaths paths, Problems problems) {
        Section section = root.section("sftp", "listen", "uploaders", "maxPackage", "signatureTimeout");
        SftpReader reader = new SftpReader(paths, problems);
        List<Config.Uploader> uploaders = new ArrayList<>();
        for (Section one : section.sections("uploaders", "name", "authorizedKeys", "from")) {
            Config.Uploader uploader = reader.uploader(one);
            if (uploader != null) {
                uploaders.add(uploader);
            }
        }
        return new Config.Sftp(
                section.orDefault("listen", Form.ADDRESS, LISTEN),
                uploaders,
                section.orDefault("maxPackage", Form.SIZE_IN_BYTES, MAX_PACKAGE_BYTES),
                section.orDefault("signatureTimeout", Form.DURATION, SIGNATURE_TIMEOUT));
    }

    private Config.@Nullable Uploader uploader(Section section) {
        String name = section.required("name", Form.UPLOADER_NAME);
        // Empty after its keys were taken out: the others upload on, so the agent must still start.
        List<Path> keys = paths.someFilesMaybeEmpty(section, "authorizedKeys");
        List<String> from =
                section.list("from", Form.NETWORK).stream().map(Placed::value).toList();
        if (name == null) {
            return null;
        }
        Position at = section.at("name");
        Integer before = lines.putIfAbsent(name, at.line());
        if (before != null) {
            problems.add(at, "duplicate-name", section.path("name"), name, before, at.line());
        }
        return new Config.Uploader(name, keys, from);
    }
}
