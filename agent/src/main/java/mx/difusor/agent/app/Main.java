package mx.difusor.agent.app;

/** The {@code difusor} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(2);
    }
}
