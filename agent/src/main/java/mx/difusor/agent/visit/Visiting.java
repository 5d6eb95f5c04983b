package mx.difusor.agent.visit;

/** One visit to the site. */
@FunctionalInterface
public interface Visiting {

    /**
     * @param turn counts visits, so that one after the other every file is asked for
     * @throws InterruptedException the agent stops
     */
    Probe visit(Shown shown, int turn, Origins origins) throws InterruptedException;
}
