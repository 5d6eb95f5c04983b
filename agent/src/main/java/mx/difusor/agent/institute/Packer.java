package mx.difusor.agent.institute;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.PathRule;

/**
 * Makes a package from a folder: the manifest, the archive and its detached CMS signature (contract, "A package"). The
 * archive's bytes depend on nothing but the files and the order; the signature is fresh each time.
 */
public final class Packer {

    private final SigningKey key;
    private final Clock clock;

    public Packer(SigningKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /**
     * What to pack.
     *
     * @param last the manifest's {@code final}
     * @param remove paths that the package takes off the tree
     * @param output where the archive goes; its ending chooses the format
     * @param checksum whether to write {@code output.sha256} too
     */
    public record Order(
            String event,
            Kind kind,
            long sequence,
            OffsetDateTime cut,
            boolean last,
            List<String> remove,
            Path folder,
            Path output,
            boolean checksum) {
        public Order {
            remove = List.copyOf(remove);
        }
    }

    /**
     * What was made.
     *
     * @param signature {@code archive.p7s}
     * @param sha256 and {@code size} of the archive file
     */
    public record Packed(Path archive, Path signature, Digest sha256, long size, Manifest manifest) {}

    /**
     * Writes the archive and its signature, both whole or neither under its name.
     *
     * @throws MachineException {@code pack-refused} when the order cannot be packed, {@code pack-failed} when the disk
     *     or the key fails; each with its cure
     */
    public Packed pack(Order order) throws MachineException {
        PackFormat format = PackFormat.ofName(fileName(order.output()))
                .orElseThrow(() -> PackFolder.refused(
                        "the name " + fileName(order.output()) + " does not end in an archive format",
                        "use one of .zip .tar .tar.gz .tgz .tar.xz .tar.zst"));
        key.requireValidAt(clock.instant());
        refuseExisting(order);
        List<PackFolder.Member> members = PackFolder.read(order.folder(), order.kind());
        Manifest manifest = manifest(order, members);
        Path draft = beside(order.output(), ".part");
        Path signatureDraft = beside(order.output(), ".p7s.part");
        try {
            Files.deleteIfExists(draft);
            Files.deleteIfExists(signatureDraft);
            writeArchive(format, draft, manifest, members);
            return finish(order, manifest, draft, signatureDraft);
        } catch (IOException e) {
            throw new MachineException(
                    "pack-failed",
                    "cannot write " + order.output() + ": " + e.getMessage(),
                    "check the folder's free space and permissions, and that no file changes while it is packed",
                    e);
        } finally {
            discard(draft);
            discard(signatureDraft);
        }
    }

    private static void refuseExisting(Order order) throws MachineException {
        for (String suffix : List.of("", ".p7s", ".sha256")) {
            Path file = order.output().resolveSibling(fileName(order.output()) + suffix);
            if (Files.exists(file)) {
                throw PackFolder.refused(file + " exists", "choose another name, or delete it first");
            }
        }
        if (order.output()
                .toAbsolutePath()
                .normalize()
                .startsWith(order.folder().toAbsolutePath().normalize())) {
            throw PackFolder.refused(
                    "the package would be written into the folder that it is made of",
                    "write it to a folder outside of " + order.folder());
        }
    }

    private static Manifest manifest(Order order, List<PackFolder.Member> members) throws MachineException {
        List<String> remove = new ArrayList<>();
        for (String path : order.remove()) {
            String normal = PackagePath.normal(path);
            Optional<String> objection = PathRule.problem(normal);
            if (objection.isPresent()) {
                throw PackFolder.refused(
                        "cannot remove " + path + ": it " + objection.get(),
                        "give a path as an earlier manifest names it");
            }
            if (members.stream().anyMatch(member -> member.listed().path().equals(normal))) {
                throw PackFolder.refused(
                        "cannot remove " + path + ": the folder holds a file of that path", "do one or the other");
            }
            if (!remove.contains(normal)) {
                remove.add(normal);
            }
        }
        return new Manifest(
                order.event(),
                order.kind(),
                order.sequence(),
                order.cut(),
                order.last(),
                members.stream().map(PackFolder.Member::listed).toList(),
                remove);
    }

    private static void writeArchive(PackFormat format, Path draft, Manifest manifest, List<PackFolder.Member> members)
            throws IOException {
        byte[] json = ManifestJson.write(manifest);
        try (ArchiveWriter archive = format.create(draft, manifest.cut())) {
            archive.add(Manifest.NAME, json.length, new ByteArrayInputStream(json));
            for (PackFolder.Member member : members) {
                MessageDigest sha256 = Digest.sha256();
                try (InputStream in = new DigestInputStream(Files.newInputStream(member.file()), sha256)) {
                    archive.add(member.listed().path(), member.listed().size(), in);
                }
                if (!Digest.of(sha256.digest()).equals(member.listed().sha256())) {
                    throw new IOException(member.listed().path() + " changed while it was packed");
                }
            }
        }
    }

    private Packed finish(Order order, Manifest manifest, Path draft, Path signatureDraft)
            throws IOException, MachineException {
        key.sign(draft, signatureDraft);
        MessageDigest sha256 = Digest.sha256();
        long size;
        try (InputStream in = new DigestInputStream(Files.newInputStream(draft), sha256)) {
            size = in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        Digest digest = Digest.of(sha256.digest());
        Path signature = order.output().resolveSibling(fileName(order.output()) + ".p7s");
        // The archive's name comes last: who sees it may send it, and its signature must stand beside it then.
        move(signatureDraft, signature);
        if (order.checksum()) {
            Files.writeString(
                    order.output().resolveSibling(fileName(order.output()) + ".sha256"),
                    digest + "  " + fileName(order.output()) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE_NEW);
        }
        move(draft, order.output());
        return new Packed(order.output(), signature, digest, size, manifest);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static Path beside(Path output, String suffix) {
        return output.resolveSibling("." + fileName(output) + suffix);
    }

    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // A draft that stays is a dot-file that the next run deletes.
        }
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }
}
