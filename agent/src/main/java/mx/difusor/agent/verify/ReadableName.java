package mx.difusor.agent.verify;

/** Names that other people chose, made fit for a log line, a receipt and a page. */
public final class ReadableName {

    static final int MAX_CHARS = 256;

    private ReadableName() {}

    /** @return one line of at most {@link #MAX_CHARS}, every control and format character replaced by {@code ?} */
    public static String of(String name) {
        StringBuilder clean = new StringBuilder();
        name.codePoints().limit(MAX_CHARS).forEach(c -> clean.appendCodePoint(isPlain(c) ? c : '?'));
        return clean.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
