package mx.difusor.agent.institute;

/** Who watches an upload. Called from the sending thread. */
public interface SendProgress {

    /** @param bytes of all files of all packages together */
    void begins(long bytes);

    /** @param file being sent from now on */
    void sends(String file);

    /** @param bytes sent in all so far; may go back a little after a broken connection */
    void sent(long bytes);

    /** All is there; receipts are awaited. */
    void uploaded();

    SendProgress NONE = new SendProgress() {
        @Override
        public void begins(long bytes) {}

        @Override
        public void sends(String file) {}

        @Override
        public void sent(long bytes) {}

        @Override
        public void uploaded() {}
    };
}
