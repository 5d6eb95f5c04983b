package mx.difusor.agent.alerting;

/** Where this room's own troubles go: they are alerts as well. Any thread. */
public interface Trouble {

    void raise(String code, String message);

    void clear(String code);
}
