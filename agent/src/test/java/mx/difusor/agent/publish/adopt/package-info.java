@NullMarked
package mx.difusor.agent.publish.adopt;

import org.jspecify.annotations.NullMarked;
