package mx.difusor.agent.verify;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A signature file, opened and read, before the bytes that it is about are. */
interface DetachedSignature {

    /** Digests of the bytes that {@link #judge} will ask for. */
    Set<StrongHash> hashes();

    /** Does {@link #judge} go on hashing where the bytes end? Then a digest that is known already does not do. */
    boolean goesOn();

    /** Are to see the bytes before {@link #judge}; each hashes them for itself. */
    List<ByteSink> sinks();

    SignatureOutcome judge(RawBytes bytes, JudgingTime when) throws IOException;

    /** A file whose outcome does not depend on any bytes. */
    static DetachedSignature decided(SignatureOutcome outcome) {
        return new DetachedSignature() {
            @Override
            public Set<StrongHash> hashes() {
                return Set.of();
            }

            @Override
            public boolean goesOn() {
                return false;
            }

            @Override
            public List<ByteSink> sinks() {
                return List.of();
            }

            @Override
            public SignatureOutcome judge(RawBytes bytes, JudgingTime when) {
                return outcome;
            }
        };
    }
}
