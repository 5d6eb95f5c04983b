package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.scp.server.ScpCommand;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** The line of an {@code exec} request comes from the network. */
class ScpCommandsFuzzTest {

    /** Whatever the line: the old scp protocol, or an answer in words; nothing else is ever made of it. */
    @FuzzTest
    void aLineIsScpOrNotServed(byte[] raw) throws Exception {
        String line = new String(raw, StandardCharsets.UTF_8);
        ScpCommands commands = new ScpCommands();
        ChannelSession channel = new ChannelSession();
        boolean scp = commands.isSupportedCommand(channel, line);
        Command command = commands.createCommand(channel, line);
        assertThat(command instanceof ScpCommand).isEqualTo(scp);
        if (command instanceof ScpCommand) {
            assertThat(line).startsWith("scp -").containsPattern("-[a-zA-Z]*[tf]");
        }
        command.destroy(channel);
    }
}
