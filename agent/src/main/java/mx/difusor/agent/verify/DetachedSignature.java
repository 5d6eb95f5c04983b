package mx.difusor.agent.verify;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A signature file, opened and read, before the bytes that it is about are. */
interface DetachedSignature {

    /** Digests of the bytes that {@link #judge} will ask for. */
    Set<StrongHash> hashes();

    /** Are to see the bytes before {@link #judge}. */
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
