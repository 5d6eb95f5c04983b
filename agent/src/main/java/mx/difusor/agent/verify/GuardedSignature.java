package mx.difusor.agent.verify;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A signature file whose check, where it runs out of stack or heap or has lost a library, ends as an answer or as a failure
 * of this machine, which the desk tries again: nobody's file may end more than itself.
 */
final class GuardedSignature implements DetachedSignature {

    private interface Work<T> {
        T run() throws IOException;
    }

    private final SignatureFile file;
    private final DetachedSignature signature;

    private GuardedSignature(SignatureFile file, DetachedSignature signature) {
        this.file = file;
        this.signature = signature;
    }

    /** @throws IOException when the heap is too small or a library cannot be loaded */
    static DetachedSignature open(SignatureFile file, Supplier<DetachedSignature> opening) throws IOException {
        return new GuardedSignature(file, guarded(opening::get, () -> DetachedSignature.decided(nested(file))));
    }

    private static SignatureOutcome nested(SignatureFile file) {
        return file.form("is nested deeper than any real one");
    }

    private static <T> T guarded(Work<T> work, Supplier<T> whenNested) throws IOException {
        try {
            return work.run();
        } catch (StackOverflowError e) {
            return whenNested.get();
        } catch (OutOfMemoryError e) {
            throw new IOException("the heap is too small for what is checked at once: give the agent more memory", e);
        } catch (LinkageError e) {
            throw Confinement.unusable(e);
        }
    }

    @Override
    public Set<StrongHash> hashes() {
        return signature.hashes();
    }

    @Override
    public boolean goesOn() {
        return signature.goesOn();
    }

    @Override
    public List<ByteSink> sinks() {
        return signature.sinks();
    }

    @Override
    public SignatureOutcome judge(RawBytes bytes, JudgingTime when) throws IOException {
        return guarded(() -> signature.judge(bytes, when), () -> nested(file));
    }
}
