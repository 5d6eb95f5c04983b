package mx.difusor.agent.alerting;

import java.time.Instant;

/** A program of the operator's; the JSON is on its standard input. */
final class CommandChannel implements Channel {

    private final Program program;
    private final Wording wording;

    CommandChannel(Program program, Wording wording) {
        this.program = program;
        this.wording = wording;
    }

    @Override
    public String name() {
        return "command";
    }

    @Override
    public void send(Announcement announcement, Instant at) throws ChannelException, InterruptedException {
        program.run(wording.json(announcement, at));
    }
}
