package mx.difusor.agent.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What checking one package established. A bad package is a value, never an exception. */
public sealed interface Verdict {

    /** @param warnings rules that real files sometimes break; they go into the receipt */
    record Accepted(Manifest manifest, List<Signer> signers, List<String> warnings) implements Verdict {
        public Accepted {
            signers = List.copyOf(signers);
            warnings = List.copyOf(warnings);
        }
    }

    /** The same package was accepted before; nothing changes. */
    record Duplicate(Manifest manifest, List<Signer> signers) implements Verdict {
        public Duplicate {
            signers = List.copyOf(signers);
        }
    }

    /**
     * @param message what is wrong and how the Institute makes it right: lower case, no full stop
     * @param path the file inside the package, where the reason is about one
     * @param manifest what the package says of itself, once that could be trusted and read
     */
    record Rejected(
            Reason reason,
            String message,
            @Nullable String path,
            @Nullable Manifest manifest,
            List<Signer> signers) implements Verdict {
        public Rejected {
            signers = List.copyOf(signers);
        }

        public static Rejected of(Reason reason, String message) {
            return new Rejected(reason, message, null, null, List.of());
        }

        public static Rejected of(Reason reason, String message, @Nullable String path) {
            return new Rejected(reason, message, path, null, List.of());
        }

        public Rejected knowing(@Nullable Manifest known, List<Signer> by) {
            return new Rejected(reason, message, path, known, by);
        }
    }
}
