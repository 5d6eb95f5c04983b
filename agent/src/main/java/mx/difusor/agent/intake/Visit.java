package mx.difusor.agent.intake;

/** One upload session: one SFTP or scp channel of an uploader. While it is open, more bytes may come through it. */
final class Visit {
    private final String uploader;
    private final String address;
    private volatile boolean open = true;

    /** @param address the client's, for the log */
    Visit(String uploader, String address) {
        this.uploader = uploader;
        this.address = address;
    }

    boolean isOpen() {
        return open;
    }

    void end() {
        open = false;
    }

    @Override
    public String toString() {
        return uploader + " from " + address;
    }
}
