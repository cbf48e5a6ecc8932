import type { UiCell } from "@airloom/api";
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { CELL_LOOKS } from "../../states/cell-state.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Icon } from "../../ui/icon.tsx";
import { describeCell, describeTests } from "./describe-cell.ts";
import type { GraphNode } from "./graph-model.ts";
import type { DbtDirection } from "./layout-graph.ts";

/** What a box shows. */
export interface BoxData extends Record<string, unknown> {
  readonly node: GraphNode;
  readonly cell: UiCell | null | undefined;
  readonly tests: readonly (UiCell | null | undefined)[];
  readonly isChosen: boolean;
  readonly direction: DbtDirection;
  readonly onSelect: (rowId: string) => void;
  /** Opens or closes what holds other boxes. */
  readonly onToggle: (rowId: string) => void;
}

type BoxProps = NodeProps<Node<BoxData>>;

function lookOf(cell: UiCell | null | undefined) {
  return cell === null || cell === undefined ? TASK_LOOKS.none : CELL_LOOKS[cell.state];
}

function BoxButton({
  data,
  className,
  children,
}: {
  readonly data: BoxData;
  readonly className: string;
  readonly children: React.ReactNode;
}) {
  const look = lookOf(data.cell);
  const isBad = look.shape === "octagon-cross" || look.shape === "square-cross";
  return (
    <button
      type="button"
      className={`box nopan ${className}`}
      aria-pressed={data.isChosen}
      data-bad={isBad}
      onClick={() => data.onSelect(data.node.id)}
    >
      {children}
      {/* Where nothing can be read any more, the state still shows. */}
      <span className="box-fill" style={{ color: `var(${look.colour})` }}>
        <StateIcon look={look} size={28} isDecoration />
      </span>
    </button>
  );
}

function Toggle({ data, isOpen }: { readonly data: BoxData; readonly isOpen: boolean }) {
  const { label } = data.node;
  return (
    <button
      type="button"
      className="box-toggle nopan"
      aria-expanded={isOpen}
      aria-label={`${isOpen ? "Close" : "Open"} ${label}`}
      title={`${isOpen ? "Close" : "Open"} ${label}`}
      onClick={() => data.onToggle(data.node.id)}
    >
      <Icon name={isOpen ? "down" : "right"} />
    </button>
  );
}

function ClosedBox({ data }: BoxProps) {
  const { label, holds = 0 } = data.node;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <BoxButton data={data} className="task-box closed-box">
        <StateIcon look={lookOf(data.cell)} />
        <span className="box-text">
          <b className="ellipsis">{label}</b>
          <span className="small text-3 ellipsis">
            {holds} inside, {describeCell(data.cell)}
          </span>
        </span>
      </BoxButton>
      <Toggle data={data} isOpen={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function TaskBox({ data }: BoxProps) {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <BoxButton data={data} className="task-box">
        <StateIcon look={lookOf(data.cell)} />
        <span className="box-text">
          <b className="ellipsis">{data.node.label}</b>
          <span className="small text-3 ellipsis">{describeCell(data.cell)}</span>
        </span>
      </BoxButton>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

/** Where lines between dbt nodes begin and end. */
const ENDS = {
  right: { target: Position.Left, source: Position.Right },
  down: { target: Position.Top, source: Position.Bottom },
} as const satisfies Readonly<Record<DbtDirection, unknown>>;

function DbtNodeBox({ data }: BoxProps) {
  const isTested = data.tests.length > 0 || data.node.type === "model";
  return (
    <>
      <Handle type="target" position={ENDS[data.direction].target} isConnectable={false} />
      <BoxButton data={data} className="task-box">
        <StateIcon look={lookOf(data.cell)} />
        <span className="box-text">
          <span className="row between">
            <span className="ellipsis">{data.node.label}</span>
          </span>
          <span className="small text-3 ellipsis">
            {data.node.type === "model" ? "" : `${data.node.type}, `}
            {isTested ? describeTests(data.tests) : describeCell(data.cell)}
          </span>
        </span>
      </BoxButton>
      <Handle type="source" position={ENDS[data.direction].source} isConnectable={false} />
    </>
  );
}

function ContainerBox({ data }: BoxProps) {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <div className="container-box" data-chosen={data.isChosen}>
        <BoxButton data={data} className="container-head">
          {data.node.kind === "dbt-task" && <StateIcon look={lookOf(data.cell)} />}
          <b className="ellipsis grow">{data.node.label}</b>
          <span className="small text-3 nowrap">
            {data.cell === undefined ? "" : describeCell(data.cell)}
          </span>
        </BoxButton>
        <Toggle data={data} isOpen />
      </div>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

/** How each kind of box is drawn. */
export const BOXES = {
  task: TaskBox,
  "dbt-node": DbtNodeBox,
  "dbt-task": ContainerBox,
  group: ContainerBox,
  closed: ClosedBox,
} as const satisfies Readonly<Record<GraphNode["kind"], unknown>>;
