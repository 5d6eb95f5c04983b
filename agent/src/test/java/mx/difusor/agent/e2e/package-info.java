/** The jar as a process, real clients, real tools, real web servers, real results: the whole way. */
@NullMarked
package mx.difusor.agent.e2e;

import org.jspecify.annotations.NullMarked;
