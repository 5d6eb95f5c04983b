package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ManifestSource;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.UnreadablePackageException;

/** What starts make of a home that lost something while the agent was stopped. */
abstract class RestartedDesk extends BreakableDesk {

    static final ManifestSource MANIFESTS = RestartedDesk::manifest;

    static Manifest manifest(Path file) throws IOException {
        try {
            return new PackageReader(PackageLimits.defaults())
                    .manifest(file, file.getFileName().toString());
        } catch (UnreadablePackageException e) {
            throw new IOException(e.explanation(), e);
        }
    }

    Path kept(int sequence) {
        return room().home().archive().resolve("pel/" + sequence);
    }

    /** What a start makes of the home. */
    interface Started {
        void with(Archive archive, Publication publication) throws Exception;
    }

    void start(Started started) throws Exception {
        try (Archive archive = Archive.open(room().home(), disk, budget, MANIFESTS)) {
            Publication publication =
                    publication(room().home(), archive, publication().event(), SteadyClock.trusting(clock));
            publication.open(null, null);
            started.with(archive, publication);
        }
    }

    /** What a start makes of the home, with its operator. */
    interface Operated {
        void by(DeskOperator operator, Publication publication, Archive archive) throws Exception;
    }

    void operate(Operated operated) throws Exception {
        try (Archive archive = Archive.open(room().home(), disk, budget, MANIFESTS)) {
            Publication publication =
                    publication(room().home(), archive, publication().event(), SteadyClock.trusting(clock));
            DeskOperator operator = new DeskOperator(
                    events(publication.event()), "pel", room().home(), disk, archive, publication, deciding, clock);
            operator.open();
            operated.by(operator, publication, archive);
        }
    }

    /** Of bytes that are signed as they should be, decided now. */
    Receipt receipt(Candidate one, Receipt.Outcome outcome) throws Exception {
        return new Receipt(
                "iee",
                one.name(),
                Digest.ofContent(Files.readAllBytes(one.archive())),
                Files.size(one.archive()),
                outcome,
                null,
                Receipt.Contents.of(manifest(one.archive())),
                List.of(),
                Receipt.Publication.NONE,
                clock.instant(),
                clock.instant(),
                null,
                List.of());
    }

    /** A package that another desk has judged. */
    void accept(Candidate one, Archive archive, Publication publication) throws Exception {
        Receipt receipt = receipt(one, Receipt.Outcome.ACCEPTED);
        publication.accepted(
                archive.keep(one, manifest(one.archive()), receipt), receipt, folder.resolve("not unpacked"));
    }

    void loseTheIndex() throws Exception {
        room().archive().close();
        Files.delete(room().home().index());
    }

    Candidate finalPack(int sequence) throws Exception {
        Path files = Files.createDirectories(folder.resolve("last-files"));
        Files.writeString(files.resolve("index.html"), "final " + sequence);
        Path file = Files.createDirectories(folder.resolve("last")).resolve("p" + sequence + ".zip");
        Packer.Packed packed = Objects.requireNonNull(packer)
                .pack(new Packer.Order(
                        "pel",
                        Kind.SITE,
                        sequence,
                        OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence),
                        true,
                        List.of(),
                        files,
                        file,
                        false));
        return new Candidate(
                "iee", "p" + sequence + ".zip", packed.archive(), List.of(packed.signature()), null, began);
    }
}
