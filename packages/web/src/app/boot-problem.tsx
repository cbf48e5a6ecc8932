import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";

/** All there is to see while the server does not answer at all. */
export function BootProblem({ message }: { readonly message: string }) {
  return (
    <main>
      <title>No answer · Airloom</title>
      <Empty title="The Airloom server does not answer" command="airloom dev start">
        <p>{message}</p>
        <Button icon="redo" onClick={() => location.reload()}>
          Try again
        </Button>
      </Empty>
    </main>
  );
}
