package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/**
 * Uploads packages with everything that stands beside them, ends the upload session, then waits for the receipts
 * (contract, "SFTP, as the Institute sees it").
 */
public final class Sender implements AutoCloseable {

    /** The code where nobody answers at the target. */
    public static final String UNREACHABLE = SftpLink.UNREACHABLE;

    /** How often an upload that breaks off is taken up again. */
    static final int UPLOAD_ATTEMPTS = 5;

    /** A receipt is a few hundred bytes and a bounded list of warnings. */
    static final int MAX_RECEIPT_BYTES = 4 << 20;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

    private final SftpLink link;
    private final Duration timeout;

    /**
     * @param timeout how long to wait for the receipts after the upload
     * @param passphrase asked only where {@code identity} is encrypted
     * @throws MachineException {@code key-unreadable}
     */
    public Sender(SendTarget target, Path identity, Path knownHosts, Duration timeout, SigningKey.Passphrase passphrase)
            throws MachineException {
        this.link = new SftpLink(target, identity, knownHosts, passphrase);
        this.timeout = timeout;
    }

    /**
     * One package and what became of it.
     *
     * @param answer null when no receipt came in time
     */
    public record Delivery(
            Path archive,
            Digest sha256,
            long size,
            @Nullable Answer answer) {
        public boolean good() {
            return answer != null && answer.good();
        }
    }

    /**
     * Sends and waits.
     *
     * @return one delivery per archive, in their order
     * @throws MachineException {@code send-refused} before anything is sent; {@code agent-unreachable},
     *     {@code host-key-unknown}, {@code host-key-changed}, {@code login-refused}, {@code upload-failed} later
     */
    public List<Delivery> send(List<Path> archives, SendProgress progress) throws MachineException {
        List<Parcel> parcels = new ArrayList<>();
        for (Path archive : archives) {
            Parcel parcel = Parcel.of(archive);
            if (parcels.stream().anyMatch(other -> other.name().equals(parcel.name()))) {
                throw new MachineException(
                        "send-refused",
                        "two packages are named " + parcel.name(),
                        "send them one after another, or give them different names",
                        null);
            }
            parcels.add(parcel);
        }
        Map<String, byte[]> before = upload(parcels, progress);
        progress.uploaded();
        return receipts(parcels, before);
    }

    @Override
    public void close() {
        link.close();
    }

    /** @return the receipts that stood under the same names before, by name */
    private Map<String, byte[]> upload(List<Parcel> parcels, SendProgress progress) throws MachineException {
        Map<String, byte[]> before = new HashMap<>();
        Upload upload = new Upload(parcels, progress);
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try (SftpLink.Open open = link.open()) {
                for (Parcel parcel : parcels) {
                    if (!before.containsKey(parcel.name())) {
                        before.put(parcel.name(), receipt(open.sftp(), parcel));
                    }
                }
                upload.run(open.sftp());
                return before;
            } catch (IOException e) {
                if (upload.done()) {
                    return before; // everything arrived; only the goodbye failed
                }
                failUnlessWorthRetrying(e, attempt);
            } catch (MachineException e) {
                if (!e.code().equals(SftpLink.UNREACHABLE) || !upload.begun() || attempt == UPLOAD_ATTEMPTS) {
                    throw e;
                }
            }
            sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private static void failUnlessWorthRetrying(IOException e, int attempt) throws MachineException {
        // A status is the agent's own word: no space, no permission, too large. It would say the same again.
        boolean refused = e instanceof SftpException status
                && status.getStatus() != SftpConstants.SSH_FX_CONNECTION_LOST
                && status.getStatus() != SftpConstants.SSH_FX_NO_CONNECTION;
        if (refused || attempt == UPLOAD_ATTEMPTS) {
            throw new MachineException(
                    "upload-failed",
                    "the upload failed" + (refused ? ": " : " " + attempt + " times, last: ") + e.getMessage(),
                    refused
                            ? "the agent refuses what is sent; its message says why"
                            : "check the network and send again",
                    e);
        }
    }

    private List<Delivery> receipts(List<Parcel> parcels, Map<String, byte[]> before) throws MachineException {
        Map<String, Answer> answers = new HashMap<>();
        long deadline = System.nanoTime() + timeout.toNanos();
        Duration poll = FIRST_POLL;
        while (answers.size() < parcels.size() && System.nanoTime() < deadline) {
            try (SftpLink.Open open = link.open()) {
                while (answers.size() < parcels.size() && System.nanoTime() < deadline) {
                    for (Parcel parcel : parcels) {
                        if (!answers.containsKey(parcel.name())) {
                            look(open.sftp(), parcel, before, answers);
                        }
                    }
                    if (answers.size() < parcels.size()) {
                        poll = longer(poll);
                        sleep(poll);
                    }
                }
            } catch (IOException e) {
                sleep(LONGEST_POLL); // the connection broke: open another, until the time is over
            } catch (MachineException e) {
                if (!e.code().equals(SftpLink.UNREACHABLE)) {
                    throw e;
                }
                sleep(LONGEST_POLL);
            }
        }
        return parcels.stream()
                .map(parcel ->
                        new Delivery(parcel.archive(), parcel.sha256(), parcel.size(), answers.get(parcel.name())))
                .toList();
    }

    /** A receipt counts when it is not the one from before and speaks of this very file. */
    private static void look(SftpClient sftp, Parcel parcel, Map<String, byte[]> before, Map<String, Answer> answers)
            throws IOException {
        byte[] bytes = receipt(sftp, parcel);
        if (bytes.length == 0 || Arrays.equals(bytes, before.get(parcel.name()))) {
            return;
        }
        Answer answer = Answer.parse(bytes);
        if (answer.sha256() == null || answer.sha256().equals(parcel.sha256().hex())) {
            answers.put(parcel.name(), answer);
        }
    }

    /** Empty where there is none. */
    private static byte[] receipt(SftpClient sftp, Parcel parcel) throws IOException {
        try (InputStream in = sftp.read("/acuses/" + parcel.name() + ".json")) {
            byte[] bytes = in.readNBytes(MAX_RECEIPT_BYTES + 1);
            if (bytes.length > MAX_RECEIPT_BYTES) {
                throw new IOException("the receipt of " + parcel.name() + " is larger than " + MAX_RECEIPT_BYTES);
            }
            return bytes;
        } catch (SftpException e) {
            if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
                    || e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH) {
                return new byte[0];
            }
            throw e;
        }
    }

    private static Duration longer(Duration poll) {
        Duration next = poll.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : next;
    }

    private static void sleep(Duration pause) throws MachineException {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineException("interrupted", "stopped while sending", "send again", e);
        }
    }
}
