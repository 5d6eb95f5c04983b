package mx.difusor.agent.disk;

/** Which of the changes that were not synced a power cut takes. */
public enum Loss {
    /** All of them. */
    ALL,
    /** The later ones: what a journal had not written yet. */
    LATER,
    /** Any of them: what a file system without an order between its folders may do. */
    SOME
}
