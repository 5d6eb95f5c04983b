@NullMarked
package mx.difusor.agent.disk;

import org.jspecify.annotations.NullMarked;
