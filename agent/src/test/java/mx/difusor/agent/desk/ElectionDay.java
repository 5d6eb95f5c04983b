package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SignedBytes;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustSettings;
import org.jspecify.annotations.Nullable;

/** A short election, step by step: what the Institute sends, what operators do, what the clock brings. */
final class ElectionDay {

    static final String EVENT = "pel";
    private static final OffsetDateTime FIRST_CUT = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    /** One file with its signature, as it is sent. */
    record Parcel(String name, long sequence, boolean good, Map<String, byte[]> files) {}

    /**
     * One thing that happens.
     *
     * @param parcel what the Institute sends in it; null for other things
     */
    record Step(String name, @Nullable Parcel parcel, Happening happening) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Happening {
        void on(WholeDesk desk) throws WholeDesk.OffException;
    }

    private final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Path folder;
    private final ThrowawayKeys keys;
    private final Packer packer;
    private final List<Step> steps = new ArrayList<>();

    ElectionDay(Path folder) throws IOException, MachineException {
        this.folder = folder;
        this.keys = ThrowawayKeys.make(folder.resolve("keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        this.packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        ThrowawayKeys stranger =
                ThrowawayKeys.make(folder.resolve("stranger"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        Parcel second = parcel(2, Map.of("datos/avance.json", "[2]", "datos/a/votos.csv", "a,b\n1,2\n"));
        Parcel fourth = parcel(4, Map.of("datos/avance.json", "[4]", "datos/a/votos.csv", "a,b\n1,2\n"));

        send(parcel(1, Map.of("index.html", "<h1>1</h1>", "css/a.css", "a{}", "datos/avance.json", "[]")));
        happen("the opening", desk -> desk.pass());
        send(second);
        send(fourth);
        send(parcel(3, Map.of("datos/avance.json", "[3]", "datos/tres.json", "[3]")));
        send(signedBy(stranger, parcel(7, Map.of("datos/avance.json", "[7]"))));
        send(fourth);
        happen("hold", desk -> desk.command(operator -> operator.hold("ana", "checking")));
        send(parcel(5, Map.of("datos/avance.json", "[5]", "datos/cinco.json", "[5]")));
        happen("resume", desk -> desk.command(operator -> operator.resume("ana", "all is well")));
        send(parcel(6, Map.of("index.html", "<h1>6</h1>", "datos/avance.json", "[6]")));
    }

    List<Step> steps() {
        return steps;
    }

    /** Of the opening and everything after it. */
    static boolean isOpen(int step) {
        return step >= 1;
    }

    /** When it begins; now, because the throwaway certificates are valid now. */
    Instant began() {
        return began;
    }

    Event event() {
        Instant opens = began.plus(Duration.ofHours(1));
        return new Event(EVENT, false, opens, opens.plus(Duration.ofDays(1)), null, Duration.ofMinutes(15), 3);
    }

    Authenticator authenticator() throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(keys.root()), List.of(), List.of(), List.of()));
    }

    private void send(Parcel parcel) {
        steps.add(new Step("send " + parcel.name(), parcel, desk -> {
            Receipt receipt = desk.deliver(parcel.name(), parcel.files());
            boolean taken = receipt.outcome() != Receipt.Outcome.REJECTED;
            if (taken != parcel.good()) {
                throw new AssertionError("not what was expected: " + receipt);
            }
        }));
    }

    private void happen(String what, Happening happening) {
        steps.add(new Step(what, null, happening));
    }

    private Parcel parcel(int sequence, Map<String, String> contents) throws IOException, MachineException {
        Path files = Files.createDirectories(folder.resolve("cut-" + sequence));
        for (Map.Entry<String, String> file : new TreeMap<>(contents).entrySet()) {
            Path path = files.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        String name = "p" + sequence + ".zip";
        Packer.Packed packed = packer.pack(new Packer.Order(
                EVENT,
                contents.containsKey("index.html") ? Kind.SITE : Kind.DATA,
                sequence,
                FIRST_CUT.plusMinutes(15L * sequence),
                false,
                sequence == 5 ? List.of("datos/tres.json") : List.of(),
                files,
                folder.resolve(name),
                false));
        Map<String, byte[]> sent = new LinkedHashMap<>();
        sent.put(name, Files.readAllBytes(packed.archive()));
        sent.put(name + ".p7s", Files.readAllBytes(packed.signature()));
        return new Parcel(name, sequence, true, sent);
    }

    private static Parcel signedBy(ThrowawayKeys stranger, Parcel parcel) {
        byte[] archive = parcel.files().get(parcel.name());
        Map<String, byte[]> sent = new LinkedHashMap<>(parcel.files());
        sent.put(parcel.name() + ".p7s", SignedBytes.sign(stranger, archive == null ? new byte[0] : archive));
        return new Parcel(parcel.name(), parcel.sequence(), false, sent);
    }
}
