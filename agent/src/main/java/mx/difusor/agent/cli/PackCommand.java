package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.Callable;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The Institute's side: a folder becomes a signed package. */
@Command(name = "pack", mixinStandardHelpOptions = true)
final class PackCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Option(names = "--event", paramLabel = "ID", required = true, converter = EventId.class)
    private String event = "";

    @Option(names = "--sequence", paramLabel = "N", required = true, converter = Sequence.class)
    private long sequence;

    @Option(names = "--cut", paramLabel = "TIME", required = true, converter = Time.class)
    private OffsetDateTime cut = OffsetDateTime.MIN;

    @Option(names = "--kind", paramLabel = "site|data|notice", converter = KindCode.class)
    private Kind kind = Kind.DATA;

    @Option(names = "--final")
    private boolean last;

    @Option(names = "--remove", paramLabel = "PATH")
    private List<String> remove = List.of();

    @Option(names = "--key", paramLabel = "PEM", required = true)
    private Path key = Path.of("");

    @Option(names = "--cert", paramLabel = "PEM", required = true)
    private Path certificate = Path.of("");

    @Mixin
    private final PassphraseOption passphrase;

    @Option(names = "--sha256")
    private boolean checksum;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true)
    private Path output = Path.of("");

    @Option(names = "--json")
    private boolean json;

    @Parameters(paramLabel = "DIR", descriptionKey = "DIR")
    private Path folder = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PackCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.passphrase = new PassphraseOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        SigningKey signer = SigningKey.load(resolved(key), resolved(certificate), passphrase);
        Packer.Packed packed = new Packer(signer, surroundings.clock())
                .pack(new Packer.Order(
                        event, kind, sequence, cut, last, remove, resolved(folder), resolved(output), checksum));
        print(packed);
        return ExitCode.DONE;
    }

    private void print(Packer.Packed packed) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "package", packed.archive().toString(),
                            "signature", packed.signature().toString(),
                            "sha256", packed.sha256().hex(),
                            "size", packed.size(),
                            "manifest", VerdictReport.manifestFields(packed.manifest())));
            return;
        }
        Texts texts = surroundings.texts();
        out.println(texts.of(
                "msg.packed", packed.archive(), packed.manifest().files().size(), packed.size()));
        out.println(texts.of("msg.packed-signature", packed.signature()));
        out.println("  sha256: " + packed.sha256());
        out.flush();
    }

    private Path resolved(Path path) {
        return surroundings.workingFolder().resolve(path);
    }

    static final class EventId implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!Event.ID.matcher(text).matches()) {
                throw new TypeConversionException("not an event's id");
            }
            return text;
        }
    }

    static final class Sequence implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            long value = Long.parseLong(text);
            if (value < 1 || value > Manifest.MAX_SEQUENCE) {
                throw new TypeConversionException("from 1 to " + Manifest.MAX_SEQUENCE);
            }
            return value;
        }
    }

    /** With its offset, always: a zone's name does not tell it (contract, "Configuration"). */
    static final class Time implements ITypeConverter<OffsetDateTime> {
        @Override
        public OffsetDateTime convert(String text) {
            try {
                return OffsetDateTime.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("write 2024-06-02T20:00:00-07:00");
            }
        }
    }

    static final class KindCode implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return Kind.ofCode(text).orElseThrow(() -> new TypeConversionException("site, data or notice"));
        }
    }
}
