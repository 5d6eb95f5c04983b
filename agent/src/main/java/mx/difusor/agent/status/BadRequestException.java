package mx.difusor.agent.status;

/** The client asked for something that cannot be; its message says what, {@link #cure} what is accepted. */
final class BadRequestException extends Exception {

    private final String cure;

    BadRequestException(String message, String cure) {
        super(message);
        this.cure = cure;
    }

    String cure() {
        return cure;
    }
}
