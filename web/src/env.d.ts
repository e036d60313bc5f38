declare module "virtual:examples" {
  const examples: import("../plugins/examples").Example[];
  export default examples;
}
