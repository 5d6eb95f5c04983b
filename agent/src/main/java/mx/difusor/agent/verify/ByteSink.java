package mx.difusor.agent.verify;

/** Takes a file's bytes, in order, as they are read. */
interface ByteSink {
    void take(byte[] buffer, int length);
}
