package mx.difusor.agent.cli;

/** How far long work is. May be called from one thread at a time. */
public interface Progress {

    /** @param bytes in all; may be called again when more is known */
    void total(long bytes);

    /** @param bytes further ones that are done */
    void advance(long bytes);
}
