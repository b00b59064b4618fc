import { createRoot } from "react-dom/client";
import "@mantine/core/styles.css";
import { MantineProvider, Button, TextInput, Paper, Stack, Group, Text, Title, Checkbox, Alert, NativeSelect, Loader, Anchor } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
function A(){ const q=useQuery({queryKey:["a"],queryFn:()=>fetch("/v1").then(r=>r.json())}); return <MantineProvider><Stack><Group><Paper><Title>x</Title><Text>{String(q.data)}</Text></Paper></Group><Button>a</Button><TextInput/><Checkbox/><Alert/><NativeSelect data={["a"]}/><Loader/><Anchor/></Stack></MantineProvider>; }
createRoot(document.getElementById("root")!).render(<QueryClientProvider client={new QueryClient()}><A/></QueryClientProvider>);
