package mx.difusor.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.config.Config.BeforeOpening;
import mx.difusor.agent.config.Config.Interruption;
import mx.difusor.agent.config.Config.Strictness;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** {@code difusor.yaml} to {@link Config}: everything that is wrong with it at once, each with its place and cure. */
public final class ConfigReader {

    /** Largest configuration file, in bytes. */
    public static final int MAX_BYTES = Yaml.MAX_BYTES;

    private static final long BUDGET_BYTES = 20_000_000_000L;
    private static final int KEPT_RELEASES = 8;
    private static final int MAX_KEPT_RELEASES = 1_000;

    private final Path file;
    private final boolean named;
    private final Problems problems = new Problems();

    /** @param named whether the files that it names are looked for */
    private ConfigReader(Path file, boolean named) {
        this.file = file;
        this.named = named;
    }

    /** @throws ConfigException with every problem, in the order of the file */
    public static Config read(Path file) throws ConfigException {
        return new ConfigReader(file.toAbsolutePath().normalize(), true).read();
    }

    /**
     * As {@link #read}, but the files that it names need not be there: for who only talks to an agent that has read them.
     */
    public static Config readAlone(Path file) throws ConfigException {
        return new ConfigReader(file.toAbsolutePath().normalize(), false).read();
    }

    private Config read() throws ConfigException {
        Optional<Config> config = bytes().flatMap(bytes -> new Yaml(file.toString(), problems).read(bytes))
                .map(this::config);
        if (!problems.isEmpty() || config.isEmpty()) {
            throw new ConfigException(file, problems.inOrder());
        }
        return config.get();
    }

    private Optional<byte[]> bytes() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                return Optional.of(bytes);
            }
            problems.add(Position.FILE, "too-big", MAX_BYTES);
        } catch (NoSuchFileException e) {
            problems.add(Position.FILE, "no-file");
        } catch (IOException e) {
            problems.add(Position.FILE, "unreadable");
        }
        return Optional.empty();
    }

    /** Where the problems are not empty, what this returns is not to be used. */
    private @Nullable Config config(MappingNode node) {
        Section root = Section.root(
                node, problems, "home", "difusor", "event", "events", "sftp", "trust", "archive", "publish", "files",
                "status", "alerts");
        Path folder = Objects.requireNonNullElse(file.getParent(), file);
        Path home = root.required("home", Form.path(folder));
        boolean homeKnown = home != null && (Files.isDirectory(home) || !Files.exists(home));
        if (home != null && !homeKnown) {
            problems.add(root.at("home"), "home-not-a-folder", home);
        }
        HomePaths paths = new HomePaths(home == null ? folder : home, homeKnown && named, problems);
        Config.Difusor difusor = difusor(root.section("difusor", "id", "name", "site"));
        List<Event> events = EventsReader.read(root, problems);
        String published = EventsReader.published(root, events, problems);
        Config.Sftp sftp = SftpReader.read(root, paths, problems);
        Config.Trust trust = TrustReader.read(root, paths, problems);
        Config.Archive archive = archive(root.section("archive", "budget"));
        Config.Publish publish = publish(root, paths);
        Map<Kind, List<String>> types = FileTypes.read(root, problems);
        Config.Status status = StatusReader.read(root, sftp.listen(), paths, problems);
        Config.Alerts alerts = AlertsReader.read(root, paths, problems);
        if (home == null || difusor == null || published == null) {
            return null;
        }
        return new Config(file, home, difusor, published, events, sftp, trust, archive, publish, types, status, alerts);
    }

    private static Config.@Nullable Difusor difusor(Section section) {
        String id = section.required("id", Form.DIFUSOR_ID);
        String name = section.required("name", Form.TEXT);
        URI site = section.optional("site", Form.WEB_ADDRESS);
        return id == null || name == null ? null : new Config.Difusor(id, name, site);
    }

    private static Config.Archive archive(Section section) {
        return new Config.Archive(section.orDefault("budget", Form.SIZE_IN_BYTES, BUDGET_BYTES));
    }

    private static Config.Publish publish(Section root, HomePaths paths) {
        Section section = root.section(
                "publish",
                "live",
                "keepReleases",
                "beforeOpening",
                "interruption",
                "strictness",
                "precompress",
                "iisSite");
        return new Config.Publish(
                paths.live(section, "live"),
                section.orDefault("keepReleases", Form.wholeNumber(1, MAX_KEPT_RELEASES), KEPT_RELEASES),
                section.orDefault("beforeOpening", Form.oneOf(BeforeOpening.class), BeforeOpening.NOTICE),
                section.orDefault("interruption", Form.oneOf(Interruption.class), Interruption.NOTICE),
                section.orDefault("strictness", Form.oneOf(Strictness.class), Strictness.REJECT),
                section.orDefault("precompress", Form.FLAG, false),
                section.optional("iisSite", Form.TEXT));
    }
}
