package mx.difusor.agent.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Builds accepted packages for tests: a file's content is its text. */
public final class Packages {

    public static final OffsetDateTime OPENING = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    private final Kind kind;
    private final long sequence;
    private OffsetDateTime cut;
    private boolean last;
    private final List<ManifestFile> files = new ArrayList<>();
    private final List<String> remove = new ArrayList<>();

    private Packages(Kind kind, long sequence) {
        this.kind = kind;
        this.sequence = sequence;
        this.cut = OPENING.plusMinutes(15 * (sequence - 1));
    }

    public static Packages site(long sequence) {
        return new Packages(Kind.SITE, sequence);
    }

    public static Packages data(long sequence) {
        return new Packages(Kind.DATA, sequence);
    }

    public static Packages notice(long sequence) {
        return new Packages(Kind.NOTICE, sequence);
    }

    public Packages at(OffsetDateTime otherCut) {
        cut = otherCut;
        return this;
    }

    public Packages last() {
        last = true;
        return this;
    }

    public Packages file(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        files.add(new ManifestFile(path, bytes.length, Digest.ofContent(bytes)));
        return this;
    }

    public Packages remove(String path) {
        remove.add(path);
        return this;
    }

    public Manifest manifest() {
        return new Manifest("pel-2024", kind, sequence, cut, last, files, remove);
    }

    public AcceptedPackage accepted() {
        Instant at = cut.toInstant().plusSeconds(60);
        return new AcceptedPackage(
                Receipt.Contents.of(manifest()), digest(), "prep-" + sequence + ".zip", 1000, at, at);
    }

    /** In any order. */
    public static History history(Packages... packages) {
        return history(List.of(packages));
    }

    public static History history(List<Packages> packages) {
        return History.of("pel-2024", packages.stream().map(Packages::accepted).toList(), manifests(packages));
    }

    /** Found by sequence. */
    public static Manifests manifests(Collection<Packages> packages) {
        Map<Long, Manifest> bySequence = new HashMap<>();
        packages.forEach(one -> bySequence.put(one.sequence, one.manifest()));
        return one -> Objects.requireNonNull(bySequence.get(one.sequence()));
    }

    public History addedTo(History history) {
        return history.with(accepted(), manifest());
    }

    /** Of the archive file: another for every manifest. */
    public Digest digest() {
        return Digest.ofContent(manifest().toString().getBytes(StandardCharsets.UTF_8));
    }
}
