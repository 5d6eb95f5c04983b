package mx.difusor.agent.intake;

/** One upload session: one SFTP or scp channel of an uploader. While it is open, more bytes may come through it. */
final class Visit {
    private final String uploader;
    private final String address;
    private final boolean logged;
    private volatile boolean open = true;

    /** @param address the client's, for the log */
    Visit(String uploader, String address) {
        this(uploader, address, true);
    }

    private Visit(String uploader, String address, boolean logged) {
        this.uploader = uploader;
        this.address = address;
        this.logged = logged;
    }

    /** One of the agent itself, of which no operator wants to hear. */
    static Visit unlogged(String uploader) {
        return new Visit(uploader, "loopback", false);
    }

    boolean isLogged() {
        return logged;
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
