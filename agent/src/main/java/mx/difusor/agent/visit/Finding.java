package mx.difusor.agent.visit;

/**
 * What is wrong for visitors.
 *
 * @param message what happened, its likely cause, and what to do
 */
public record Finding(Code code, String message) {

    /** The alerts' codes. */
    public enum Code {
        /** Visitors get no page, or an error. */
        DOWN("site-down"),
        /** Visitors get what was live before. */
        OLD("site-old"),
        /** Visitors get bytes that are of no release. */
        WRONG("site-wrong"),
        /** Visitors wait too long. */
        SLOW("site-slow"),
        /** Browsers warn of the certificate, or will soon. */
        CERTIFICATE("site-certificate");

        private final String code;

        Code(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /** Whether it may be over by itself a moment after a switch, when caches of a second or two have run out. */
    public boolean ofOtherBytes() {
        return code == Code.OLD || code == Code.WRONG;
    }
}
