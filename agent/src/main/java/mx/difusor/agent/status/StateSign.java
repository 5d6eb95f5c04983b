package mx.difusor.agent.status;

import mx.difusor.agent.model.LiveState;

/** A sign for each state that can be told from the others by its shape alone. */
final class StateSign {

    private static final String CIRCLE = "<circle cx=\"24\" cy=\"24\" r=\"20\"/>";
    private static final String TRIANGLE = "<path d=\"M24 5 45 42H3Z\"/>";
    private static final String OCTAGON = "<path d=\"M16 4h16l12 12v16L32 44H16L4 32V16Z\"/>";
    private static final String SQUARE = "<rect x=\"5\" y=\"5\" width=\"38\" height=\"38\" rx=\"6\"/>";

    private StateSign() {}

    static String svg(LiveState state) {
        return "<svg class=\"sign\" viewBox=\"0 0 48 48\" width=\"48\" height=\"48\" aria-hidden=\"true\">"
                + switch (state) {
                    case WAITING -> CIRCLE + mark("M24 13v11l8 6");
                    case CURRENT -> CIRCLE + mark("m14 25 7 7 13-15");
                    case LATE -> TRIANGLE + mark("M24 18v11M24 35v1");
                    case INTERRUPTED -> OCTAGON + mark("m16 16 16 16m0-16L16 32");
                    case FINAL -> SQUARE + mark("m14 25 7 7 13-15");
                    case CLOSED -> SQUARE + mark("M14 24h20");
                    case HELD -> CIRCLE + mark("M19 16v16M29 16v16");
                    case NOTICE -> SQUARE + mark("M24 13v14M24 34v1");
                }
                + "</svg>";
    }

    private static String mark(String path) {
        return "<path class=\"stroke\" d=\"" + path + "\"/>";
    }
}
