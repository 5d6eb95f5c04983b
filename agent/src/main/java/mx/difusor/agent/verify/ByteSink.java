package mx.difusor.agent.verify;

/** Takes a file's bytes, in order, as they are read. */
@FunctionalInterface
public interface ByteSink {
    /** The first {@code length} bytes of {@code buffer}, which is reused afterwards. */
    void take(byte[] buffer, int length);
}
